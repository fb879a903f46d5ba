namespace Embedded.DurableTask;

/// <summary>How a task hub is kept. Worker and client that name the same file share one hub.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>The SQLite file that holds the hub; it is created if need be. Default: <c>taskhub.db</c> in the current folder.</summary>
    public string File { get; set; } = "taskhub.db";

    /// <summary>
    /// Do not wait for the disk at each commit. After a crash of the process nothing is lost; after a crash of the machine the
    /// last moments may be. Default: false.
    /// </summary>
    public bool RelaxedDurability { get; set; }

    /// <summary>Largest input, output or event payload, in bytes when serialized. Default: 32 MiB.</summary>
    public int MaxPayloadBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>How many orchestrations and entities stay in memory between their turns. Default: 1,000.</summary>
    public int MaxLiveInstances { get; set; } = 1_000;

    /// <summary>How long ended instances are kept. Default: null, for ever.</summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>How often it is looked for instances past their <see cref="Retention"/>. Default: 10 minutes.</summary>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>An open hub to use instead of opening <see cref="File"/>.</summary>
    internal EmbeddedTaskHub? Hub { get; set; }

    /// <summary>For tests: called before each operation on the store, with its name; what it throws is what the operation fails with.</summary>
    internal Action<string>? Faults { get; set; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(File);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPayloadBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPayloadBytes, 256 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLiveInstances, 1);
        if (Retention is { } retention)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(retention, TimeSpan.Zero);
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetentionInterval, TimeSpan.Zero);
    }
}
