"""Rasa's Telegram channel, able to send what nobody asked for [R]: `attune.channel.telegram.TelegramChannel`.

Rasa 3.6's own sets the webhook whenever somebody wants to send, and that with `asyncio.run`, which fails inside the
running server (RasaHQ/rasa#13040): an agent's words would never arrive. The options in credentials.yml are the same.
"""

from rasa.core.channels.telegram import TelegramInput, TelegramOutput


class TelegramChannel(TelegramInput):
    """Sets the webhook once, when Rasa first asks for the output: before the server runs."""

    _output: TelegramOutput | None = None

    def get_output_channel(self) -> TelegramOutput:
        """Where `output_channel=telegram` speaks; the first call raises RasaException if Telegram takes no webhook."""
        if self._output is None:
            super().get_output_channel()
            self._output = TelegramOutput(self.access_token)  # the other's connections belong to a loop that is over
        return self._output
