using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tools;
using Grimoire.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Tests.Tools.Support;

/// <summary>The tool runners as the app has them, with the settings that a test wants.</summary>
sealed class Bench : IDisposable
{
    readonly ServiceProvider _services;

    public Bench(Dictionary<string, string?>? settings = null, TimeProvider? time = null, bool allowLocal = true, params IToolRunner[] runners)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings ?? []);
        if (allowLocal)
        {
            configuration.AddInMemoryCollection([new("Egress:Allow", "127.0.0.1")]);
        }

        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddLogging(logging => logging.AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        foreach (var runner in runners)
        {
            services.AddSingleton(runner);
        }

        services.AddTools(configuration.Build());
        _services = services.BuildServiceProvider();
    }

    public Lines Logs { get; } = new();

    public MemoryArtifacts Artifacts { get; init; } = new();

    public ToolRunners Runners => _services.GetRequiredService<ToolRunners>();

    public Secrets Secrets => _services.GetRequiredService<Secrets>();

    public Task<ToolResult> RunAsync(ToolDefinition tool, JsonObject? input = null, string account = "acme", CancellationToken cancellation = default) =>
        Runners.RunAsync(new ToolCall(OfOperators(tool), input ?? [], new AttemptKey("acme-1", "step", null, 1), account, Artifacts), cancellation);

    /// <summary>As one that comes with the app, unless it says whose it is.</summary>
    public static ToolDefinition OfOperators(ToolDefinition tool) => tool.WrittenBy is null ? tool with { WrittenBy = "main" } : tool;

    public void Dispose() => _services.Dispose();

    public static JsonNode Json(string json) => JsonNode.Parse(json)!;

    public static JsonObject Object(string json) => (JsonObject)Json(json);
}

/// <summary>Everything that was logged.</summary>
sealed class Lines : ILoggerProvider, ILogger
{
    readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();
    readonly System.Collections.Concurrent.ConcurrentQueue<(string Line, IReadOnlyDictionary<string, object?> Scope)> _scoped = new();
    readonly LoggerExternalScopeProvider _scopes = new();

    public string All => string.Join('\n', _lines);

    /// <summary>Each line with the values of the scopes that it was logged in.</summary>
    public IReadOnlyList<(string Line, IReadOnlyDictionary<string, object?> Scope)> Scoped => [.. _scoped];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{formatter(state, exception)} {exception}";
        var values = new Dictionary<string, object?>();
        _scopes.ForEachScope(
            static (scope, values) =>
            {
                foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
                {
                    values[name] = value;
                }
            },
            values);
        _lines.Enqueue(line);
        _scoped.Enqueue((line, values));
    }

    public void Dispose()
    {
    }
}
