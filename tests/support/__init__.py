"""What tests of several tiers share: contracts to begin from, and a walk over every field of the API."""
