namespace Embedded.DurableTask.Hosting;

/// <summary>The hubs of one app: who names the same file gets the same hub. They are closed with the app.</summary>
internal sealed class EmbeddedHubs(TimeProvider? time = null) : IAsyncDisposable, IDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<string, EmbeddedTaskHub> _hubs = new(StringComparer.Ordinal);

    public EmbeddedTaskHub Get(EmbeddedOptions options)
    {
        if (options.Hub is { } given)
        {
            return given;
        }

        options.Validate();
        string path = Path.GetFullPath(options.File);
        lock (_gate)
        {
            if (!_hubs.TryGetValue(path, out EmbeddedTaskHub? hub))
            {
                _hubs[path] = hub = new EmbeddedTaskHub(options, time);
            }

            return hub;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EmbeddedTaskHub hub in _hubs.Values)
        {
            await hub.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
