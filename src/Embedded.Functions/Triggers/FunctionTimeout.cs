namespace Embedded.Functions.Triggers;

/// <summary>How long a function may run (<c>functionTimeout</c> of host.json); null for as long as it likes.</summary>
internal sealed record FunctionTimeout(TimeSpan? Limit)
{
    public TimeLimit Start(CancellationToken outer) => new(Limit, outer);
}

/// <summary>The time of one invocation: a token that is cancelled when it is over, and a wait that ends then.</summary>
internal sealed class TimeLimit : IDisposable
{
    readonly TimeSpan? _limit;
    readonly CancellationTokenSource? _clock;
    readonly CancellationTokenSource? _source;

    public TimeLimit(TimeSpan? limit, CancellationToken outer)
    {
        _limit = limit;
        if (limit is { } span)
        {
            _clock = new CancellationTokenSource(span);
            _source = CancellationTokenSource.CreateLinkedTokenSource(outer, _clock.Token);
        }

        Token = _source?.Token ?? outer;
    }

    public CancellationToken Token { get; }

    /// <summary>Waits for the function, also if whoever called it has gone: it may have to put something in order first.</summary>
    /// <exception cref="TimeoutException">Time is over. The function was told by its token, and may still run.</exception>
    public async Task WaitAsync(Task run, string function)
    {
        if (_clock is null || run.IsCompleted)
        {
            await run.ConfigureAwait(false);
            return;
        }

        try
        {
            await run.WaitAsync(_clock.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_clock.IsCancellationRequested && !run.IsCompleted)
        {
            // Here, because this object is gone soon, perhaps before the clock has told the function's token.
            await _source!.CancelAsync().ConfigureAwait(false);
            throw new TimeoutException(
                $"Function '{function}' ran longer than the {_limit} that functionTimeout of host.json allows. It was asked to stop (FunctionContext.CancellationToken).");
        }
    }

    public void Dispose()
    {
        _source?.Dispose();
        _clock?.Dispose();
    }
}
