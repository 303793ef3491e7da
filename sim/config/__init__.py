"""How a scenario is written: TOML to frozen, validated values and back."""
