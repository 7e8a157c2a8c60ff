"""A person or document as described, by whomever and for whatever reason."""
