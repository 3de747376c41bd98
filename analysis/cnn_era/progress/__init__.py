"""How fast a fixed result got cheaper: records of contests, published tables, the Pareto front and dollars."""
