"""Names as letters and languages: normal forms, readings and parts; nobody in particular."""
