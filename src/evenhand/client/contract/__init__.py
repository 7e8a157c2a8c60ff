"""Forms and calls for every path of the contract; written by tools.client_contract."""
