"""What the API takes in and gives out. Each field says what it means; the description of the API is made of these."""
