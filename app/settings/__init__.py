"""What a merchant can choose: cartbooks.toml for choices, the environment for secrets."""

from app.settings.kept import flower_password
from app.settings.model import (
    CatalogueSettings,
    Connection,
    FlowerSettings,
    OrderSettings,
    PlanSettings,
    Problem,
    ScheduleSettings,
    Settings,
    SettingsError,
    StockSettings,
    StoreSettings,
    WebSettings,
    ZohoSettings,
)
from app.settings.reading import from_environment, load
from app.settings.rules import book_rules, catalogue_rules, order_rules, stock_rules

__all__ = [
    "CatalogueSettings",
    "Connection",
    "FlowerSettings",
    "OrderSettings",
    "PlanSettings",
    "Problem",
    "ScheduleSettings",
    "Settings",
    "SettingsError",
    "StockSettings",
    "StoreSettings",
    "WebSettings",
    "ZohoSettings",
    "book_rules",
    "catalogue_rules",
    "flower_password",
    "from_environment",
    "load",
    "order_rules",
    "stock_rules",
]
