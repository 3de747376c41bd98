"""The figures of the chapter *Market implications, with the assumptions in the open*, one function a figure."""

from analysis.market.chapter.figures.costs import hour, rent_history, tornado
from analysis.market.chapter.figures.demand import accounts, threshold, two_futures
from analysis.market.chapter.figures.energy import per_task_and_total
from analysis.market.chapter.figures.fibre import dark_fibre, falls, forecast_error, glass_and_chips
from analysis.market.chapter.figures.gpus import announcements, capital_spending, revenue, sixty_per_cent
from analysis.market.chapter.figures.lifetimes import depreciation, recovered
from analysis.market.chapter.figures.scenarios import draws, fan, sobol
from analysis.market.chapter.figures.valuation import implied_growth

__all__ = [
    "accounts",
    "announcements",
    "capital_spending",
    "dark_fibre",
    "depreciation",
    "draws",
    "falls",
    "fan",
    "forecast_error",
    "glass_and_chips",
    "hour",
    "implied_growth",
    "per_task_and_total",
    "recovered",
    "rent_history",
    "revenue",
    "sixty_per_cent",
    "sobol",
    "threshold",
    "tornado",
    "two_futures",
]
