namespace Embedded.Functions.Tests.Support;

/// <summary>An app that runs while the tests of a class do.</summary>
public abstract class RunningApp : IAsyncLifetime
{
    AppProcess? _process;

    private protected RunningApp(TestApp app) => App = app;

    internal TestApp App { get; }

    internal AppProcess Process => _process ?? throw new InvalidOperationException("It is not started yet.");

    public async Task InitializeAsync() => _process = await App.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}

public sealed class PatternsApp() : RunningApp(new TestApp("Patterns"));

public sealed class MonitorApp() : RunningApp(new TestApp("Monitor"));

public sealed class CounterApp() : RunningApp(new TestApp("Counter") { Environment = { ["CounterHub"] = "CountedHere" } });
