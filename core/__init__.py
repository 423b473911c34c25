"""What Earshot knows and does. No screen is known here, and no framework that draws one."""

VERSION = "0.1.0"
