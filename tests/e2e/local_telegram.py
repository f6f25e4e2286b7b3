"""The Telegram channel with a Bot API on this machine; neither Rasa's nor ours has a setting for that."""

from collections.abc import Mapping

from aiogram.bot.api import TELEGRAM_PRODUCTION

from attune.channel.telegram import TelegramChannel


class LocalTelegram(TelegramChannel):
    """Takes one option more: `server`, the address of the stand-in."""

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, str]) -> "LocalTelegram":
        address = f"{credentials['server']}/bot{{token}}/{{method}}"
        object.__setattr__(TELEGRAM_PRODUCTION, "base", address)  # frozen, and the default of every bot
        return super().from_credentials(credentials)
