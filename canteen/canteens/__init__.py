"""The places where elders eat, their hours and prices, and who works in them."""
