"""A link that opens a chat with the customer, the receipt already written in it."""

from inventori.phones import chat_link

from .models import Sale
from .receipt import Receipt
from .receipt_rows import message


def whatsapp_link(sale: Sale, receipt: Receipt) -> str:
    """Return the address, or "" where the customer has no phone number."""
    return chat_link(sale.customer.phone if sale.customer else "", message(receipt))
