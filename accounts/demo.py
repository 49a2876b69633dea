"""The demo shop's five people. Their passwords are public, so they exist in demo mode only."""

from dataclasses import dataclass

from inventori.permissions import ADMIN, ANALYST, CASHIER, MANAGER, WAREHOUSE


@dataclass(frozen=True)
class DemoLogin:
    username: str
    password: str
    role: str
    first_name: str
    last_name: str
    pin: str = ""


DEMO_LOGINS = (
    DemoLogin("admin", "demo-admin", ADMIN, "Ratna", "Wijaya", "1111"),
    DemoLogin("manager", "demo-manager", MANAGER, "Budi", "Santoso", "2222"),
    DemoLogin("warehouse", "demo-warehouse", WAREHOUSE, "Agus", "Pratama"),
    DemoLogin("cashier", "demo-cashier", CASHIER, "Siti", "Aminah"),
    DemoLogin("analyst", "demo-analyst", ANALYST, "Dewi", "Lestari"),
)
