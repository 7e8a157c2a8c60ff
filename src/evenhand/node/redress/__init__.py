"""Rights of the person: requests, blocking, decisions that bind, redress numbers, protection."""
