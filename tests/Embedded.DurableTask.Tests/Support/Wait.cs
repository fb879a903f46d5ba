namespace Embedded.DurableTask.Tests.Support;

/// <summary>Waiting on conditions, with a limit so generous that only a hang reaches it.</summary>
internal static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>A token for one call that must not hang.</summary>
    public static CancellationToken Token => new CancellationTokenSource(Limit).Token;

    public static Task Until(Func<bool> condition, string what = "the condition") => Until(() => Task.FromResult(condition()), what);

    public static async Task Until(Func<Task<bool>> condition, string what = "the condition")
    {
        CancellationToken limit = Token;
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {Limit.TotalSeconds:0} s for {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Waits for a task that something else must complete.</summary>
    public static Task For(Task task) => task.WaitAsync(Limit, TimeProvider.System);

    /// <inheritdoc cref="For(Task)"/>
    public static Task<T> For<T>(Task<T> task) => task.WaitAsync(Limit, TimeProvider.System);
}
