"""What the installation's own tables hold: nothing about anybody."""

from pledge.personal import Held

HELD = (
    Held(table="installation", nobody="name value"),
    Held(table="migration", nobody="id name app_name ran_on"),
)
