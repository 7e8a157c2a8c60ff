"""Keys and what they vouch for: signatures, notes and the members' rosters.

Knows:    public keys, names of keys, and formats of signed text.
Told:     bytes, keys and times, by the rooms above.
Answers:  who signed what, or that nobody trustworthy did.
Trusted:  yes: every other room believes this one.
"""
