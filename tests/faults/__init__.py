"""Faults that are made: power cuts, full disks, killed workers, rotted files, clocks that jump: `make faults`."""
