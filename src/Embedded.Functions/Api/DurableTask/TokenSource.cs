namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>Where the bearer token of a durable HTTP call comes from. The embedded host supports none: it has no identity of its own.</summary>
public abstract class TokenSource
{
    internal TokenSource(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resource = resource;
    }

    /// <summary>What the token is for.</summary>
    public string Resource { get; }
}
