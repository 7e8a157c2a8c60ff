"""Cases: how a draft becomes a notice by several people's hands, and what happens to it afterwards."""
