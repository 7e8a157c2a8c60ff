"""The simulated coalition: real members, a world that attacks them in the domain's own words."""
