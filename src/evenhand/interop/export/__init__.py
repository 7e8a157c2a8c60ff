"""Notices in other people's formats: FollowTheMoney, STIX 2.1 and MISP, within what each notice allows."""
