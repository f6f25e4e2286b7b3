"""The rehearsal: conversations that designers write down, played against the running assistant and judged."""
