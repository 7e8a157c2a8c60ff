"""tmp"""
def demo()->None:
    """x"""
