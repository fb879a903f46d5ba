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
    readonly CancellationToken _outer;
    readonly CancellationTokenSource? _source;

    public TimeLimit(TimeSpan? limit, CancellationToken outer)
    {
        _limit = limit;
        _outer = outer;
        if (limit is { } span)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
            _source.CancelAfter(span);
        }

        Token = _source?.Token ?? outer;
    }

    public CancellationToken Token { get; }

    /// <exception cref="TimeoutException">Time is over. The function was told by its token; what it still does is nobody's business.</exception>
    public async Task WaitAsync(Task run, string function)
    {
        if (_source is null || run.IsCompleted)
        {
            await run.ConfigureAwait(false);
            return;
        }

        try
        {
            await run.WaitAsync(Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_source.IsCancellationRequested && !_outer.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"Function '{function}' ran longer than the {_limit} that functionTimeout of host.json allows. It was asked to stop (FunctionContext.CancellationToken).");
        }
    }

    public void Dispose() => _source?.Dispose();
}
