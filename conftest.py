"""What every tribe's tests may use."""

pytest_plugins = ["payments.testing"]
