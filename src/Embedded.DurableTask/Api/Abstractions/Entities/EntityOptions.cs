namespace Microsoft.DurableTask.Entities;

/// <summary>Options for calling an entity. There are none yet.</summary>
public record CallEntityOptions;

/// <summary>Options for signalling an entity.</summary>
public record SignalEntityOptions
{
    /// <summary>When the signal is delivered; null for at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    /// <summary>True gives default options, anything else none.</summary>
    public static implicit operator SignalEntityOptions?(bool? value) => value is true ? new() : null;

    /// <summary>Gives options for a signal at this time.</summary>
    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };
}
