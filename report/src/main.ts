document.title = "Backtest report";
