"""What people try who mean no good; every test here is such an attempt."""
