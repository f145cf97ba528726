"""Signing in with a password, and what a stranger can learn from trying: nothing."""

from pledge.accounts import passwords, people
from pledge.database.unit import write

PASSWORD = "three brown oak tables"


async def account(email: str, password: str = PASSWORD, name: str = "Alice Example"):
    """Add an account and return its person's id."""
    password_hash = await passwords.hash_password(password)
    return await write(lambda: people.add(email, name, password_hash))
