"""Series of numbers: how a forecast is asked for, and what simple methods reach."""
