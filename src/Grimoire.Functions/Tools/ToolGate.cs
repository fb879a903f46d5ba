using System.Text.Json.Nodes;
using Grimoire.Casts;
using Polly;
using Polly.CircuitBreaker;

namespace Grimoire.Functions.Tools;

/// <summary>What every call of one tool for one account passes: a line, so that only so many are in flight, and a circuit breaker.</summary>
sealed class ToolGate : IDisposable
{
    /// <summary>For so long it is waited to hear how a trial has gone.</summary>
    static readonly TimeSpan LongestTrial = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _line;
    readonly CircuitBreakerManualControl _control = new();
    readonly CircuitBreakerStateProvider _state = new();
    readonly ResiliencePipeline<ToolResult> _breaker;
    readonly string _tool;
    readonly GateLimits _limits;
    readonly TimeProvider _time;
    readonly Lock _lock = new();
    DateTimeOffset _openUntil;
    DateTimeOffset _trialUntil;
    int _failures;

    public ToolGate(string tool, GateLimits limits, TimeProvider time)
    {
        _tool = tool;
        _limits = limits;
        _time = time;
        _line = new SemaphoreSlim(limits.Concurrency);
        _breaker = new ResiliencePipelineBuilder<ToolResult> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ToolResult>
            {
                // All of the window: a success empties it, below, so that this means failures in a row.
                FailureRatio = 1.0,
                MinimumThroughput = limits.Failures,
                SamplingDuration = limits.Window,
                BreakDuration = limits.Open,
                ManualControl = _control,
                StateProvider = _state,
                OnOpened = opened =>
                {
                    lock (_lock)
                    {
                        _openUntil = time.GetUtcNow() + opened.BreakDuration;
                    }

                    return default;
                },
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } result && CountsAsFailure(result)),
            })
            .Build();
    }

    /// <param name="attempt">The call itself. It gives a result, whatever happens, unless <paramref name="cancellation"/> is cancelled.</param>
    /// <param name="cancellation">The attempt's time is over.</param>
    public async Task<ToolResult> RunAsync(Func<CancellationToken, Task<ToolResult>> attempt, CancellationToken cancellation)
    {
        await _line.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var result = await _breaker.ExecuteAsync(
                async token => await attempt(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            await CountAsync(result).ConfigureAwait(false);
            return result;
        }
        catch (BrokenCircuitException open)
        {
            var wait = open.RetryAfter ?? _limits.Open;
            return ToolResult.Failed(
                Codes.BreakerOpen,
                $"'{_tool}' has failed {_limits.Failures} times in a row and is left alone for {Math.Ceiling(wait.TotalSeconds):0} more seconds.",
                transient: true,
                new JsonObject { ["tool"] = _tool },
                wait);
        }
        finally
        {
            _line.Release();
        }
    }

    /// <summary>
    /// When to ask again, if a call would not be let through now; null if it may be made. When it is time to see whether the tool is well again, one caller
    /// is told to go: the others ask again soon.
    /// </summary>
    public DateTimeOffset? AskAgainAt()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (Breaker == BreakerState.Closed)
            {
                return null;
            }

            if (now < _openUntil)
            {
                return _openUntil;
            }

            var soon = now + (_limits.Open < LongestTrial ? _limits.Open : LongestTrial);
            if (Breaker == BreakerState.HalfOpen || now < _trialUntil)
            {
                return soon;
            }

            _trialUntil = soon;
            return null;
        }
    }

    public string Tool => _tool;

    public BreakerState Breaker => _state.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };

    public void Dispose() => _line.Dispose();

    async Task CountAsync(ToolResult result)
    {
        if (CountsAsFailure(result))
        {
            Interlocked.Increment(ref _failures);
        }
        else if (Interlocked.Exchange(ref _failures, 0) > 0 && _state.CircuitState == CircuitState.Closed)
        {
            await _control.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>A storage that is away says nothing about the tool.</summary>
    static bool CountsAsFailure(ToolResult result) => result.Failure is { Transient: true, Phase: Phase.Execute };
}

/// <summary>Whether calls of a tool are let through: yes, one to see, or no. The worse, the more.</summary>
public enum BreakerState
{
    Closed,
    HalfOpen,
    Open,
}

/// <param name="Failures">Transient failures in a row that open the circuit.</param>
/// <param name="Window">Within which they count as in a row.</param>
/// <param name="Open">For how long it stays open.</param>
sealed record GateLimits(int Concurrency, int Failures, TimeSpan Window, TimeSpan Open);
