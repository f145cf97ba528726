"""What every page shares: rendering, forms, sessions, cross-site check, headers, limits, errors, assets.

Knows no domain.
"""
