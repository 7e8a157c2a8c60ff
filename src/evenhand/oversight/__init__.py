"""Read everything, change nothing but findings: rules, consequences and figures."""
