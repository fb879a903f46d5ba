namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Filter for a query of entities.</summary>
public record EntityQuery
{
    public const int DefaultPageSize = 100;

    private readonly string? _instanceIdStartsWith;

    /// <summary>
    /// What instance IDs begin with: <c>@name</c> or <c>@name@keyprefix</c>. The first '@' is added and the name put in
    /// lower case if need be.
    /// </summary>
    public string? InstanceIdStartsWith
    {
        get => _instanceIdStartsWith;
        init => _instanceIdStartsWith = value is null ? null : Normalize(value);
    }

    /// <summary>Earliest time of the last change.</summary>
    public DateTimeOffset? LastModifiedFrom { get; init; }

    /// <summary>Latest time of the last change.</summary>
    public DateTimeOffset? LastModifiedTo { get; init; }

    /// <summary>Whether to fetch the states too. True by default.</summary>
    public bool IncludeState { get; init; } = true;

    /// <summary>Whether to include entities without state, which exist for the sake of locks or pending operations.</summary>
    public bool IncludeTransient { get; init; }

    /// <summary>Greatest number of entities on a page; null for the default.</summary>
    public int? PageSize { get; init; }

    /// <summary>Where to continue a query.</summary>
    public string? ContinuationToken { get; init; }

    private static string Normalize(string prefix)
    {
        prefix = prefix.StartsWith('@') ? prefix : '@' + prefix;
        var keySeparator = prefix.IndexOf('@', 1);
        return keySeparator < 0
            ? prefix.ToLowerInvariant()
            : string.Concat(prefix[..keySeparator].ToLowerInvariant(), prefix.AsSpan(keySeparator));
    }
}
