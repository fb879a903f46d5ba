namespace Embedded.Functions.Host;

/// <summary>Where the app can be reached from this machine: as configured, and once it listens, as it is.</summary>
internal sealed class ListeningAddress(HostSettings settings)
{
    volatile string _url = Reachable(settings.Urls[0]);

    public string Url => _url;

    public void Set(string url) => _url = Reachable(url);

    /// <summary>Names for "every address" are no address that one could call.</summary>
    public static string Reachable(string url) => url.TrimEnd('/')
        .Replace("://+", "://localhost", StringComparison.Ordinal)
        .Replace("://*", "://localhost", StringComparison.Ordinal)
        .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
        .Replace("://[::]", "://localhost", StringComparison.Ordinal);
}
