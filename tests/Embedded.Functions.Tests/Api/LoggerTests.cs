using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Tests.Api;

public sealed class LoggerTests : IDisposable
{
    readonly Sink _sink = new();

    public void Dispose() => _sink.Dispose();

    [Fact]
    public void A_metric_is_an_entry_with_its_name_its_value_and_the_properties()
    {
        _sink.CreateLogger("any").LogMetric("duration", 1.5, new Dictionary<string, object> { ["step"] = "a", ["Value"] = "lost" });

        var (_, level, id, state, text) = Assert.Single(_sink.Entries);
        Assert.Equal((LogLevel.Information, new EventId(1, "MS_LogMetric"), ""), (level, id, text));
        Assert.Equal(
            new Dictionary<string, object> { ["Name"] = "duration", ["Value"] = 1.5, ["step"] = "a" },
            Assert.IsAssignableFrom<IDictionary<string, object>>(state));
    }

    [Fact]
    public void A_metric_needs_no_properties()
    {
        _sink.CreateLogger("any").LogMetric("duration", 2);

        var state = Assert.IsAssignableFrom<IDictionary<string, object>>(Assert.Single(_sink.Entries).State);
        Assert.Equal(2d, state["Value"]);
        Assert.Equal(2, state.Count);
    }

    [Fact]
    public void Loggers_of_an_invocation_have_the_category_that_is_asked_for()
    {
        var context = new FakeContext
        {
            InstanceServices = new ServiceCollection().AddLogging(logging => logging.AddProvider(_sink)).BuildServiceProvider(),
        };

        context.GetLogger("steps").LogInformation("one");
        context.GetLogger<LoggerTests>().LogInformation("two");

        Assert.Equal([("steps", "one"), (typeof(LoggerTests).FullName!, "two")], _sink.Entries.Select(entry => (entry.Category, entry.Text)));
    }

    sealed class Sink : ILoggerProvider
    {
        public List<(string Category, LogLevel Level, EventId Id, object? State, string Text)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        sealed class Logger(Sink sink, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                sink.Entries.Add((category, logLevel, eventId, state, formatter(state, exception)));
        }
    }
}
