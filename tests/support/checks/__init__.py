"""Tables, expectations and contracts that the tests of checks share."""
