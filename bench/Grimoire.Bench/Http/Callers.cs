namespace Grimoire.Bench.Http;

/// <summary>So many callers of the app, each with its connection.</summary>
internal sealed class Callers : IDisposable
{
    readonly AppProcess _app;
    readonly ICaller[] _callers;

    Callers(AppProcess app, ICaller[] callers) => (_app, _callers) = (app, callers);

    public static Callers Connect(AppProcess app, int count, Func<Uri, ICaller>? connect = null) =>
        new(app, [.. Enumerable.Range(0, count).Select(_ => (connect ?? SocketCaller.Connect)(app.Url))]);

    /// <summary>All of them make the call again and again. An answer other than the expected one is no answer.</summary>
    public async Task<HttpLoad> RunAsync(double seconds, Call call)
    {
        int calls = 0;
        TimeSpan cpu = _app.CpuTime;
        Load load = await ClosedLoop.RunAsync(_callers.Length, seconds, async caller =>
        {
            Interlocked.Increment(ref calls);
            call.Verify(await _callers[caller].CallAsync(call.Request));
        });
        return new HttpLoad(load, (_app.CpuTime - cpu).TotalMilliseconds / calls, calls);
    }

    /// <summary>All of them together make the call so often.</summary>
    public Task RepeatAsync(int times, Call call)
    {
        int left = times;
        return Task.WhenAll(_callers.Select(async caller =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                call.Verify(await caller.CallAsync(call.Request));
            }
        }));
    }

    /// <summary>One of them makes the call once.</summary>
    public async Task<string> OnceAsync(Call call)
    {
        Answer answer = await _callers[0].CallAsync(call.Request);
        call.Verify(answer);
        return answer.Text;
    }

    public void Dispose() => Array.ForEach(_callers, caller => caller.Dispose());
}
