"""The demo shop's custom actions, registered by importing this package; the layer's come along (one line to adopt)."""

import attune_actions
from shop import (
    billing_actions,
    delivery_actions,
    form_actions,
    order_actions,
    product_actions,
    return_actions,
    subscription_actions,
)

__all__ = [
    "attune_actions",
    "billing_actions",
    "delivery_actions",
    "form_actions",
    "order_actions",
    "product_actions",
    "return_actions",
    "subscription_actions",
]
