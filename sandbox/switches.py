"""The table of everything uncertain about both platforms, joined from the two sides."""

from sandbox.bigcommerce.switches import BIGCOMMERCE_SWITCHES
from sandbox.switch import Switch
from sandbox.zoho.switches import ZOHO_SWITCHES

SWITCHES: tuple[Switch, ...] = (*BIGCOMMERCE_SWITCHES, *ZOHO_SWITCHES)

__all__ = ["SWITCHES", "Switch"]
