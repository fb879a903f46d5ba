namespace Microsoft.Azure.Functions.Worker;

/// <summary>The URLs by which one instance is managed.</summary>
/// <remarks>
/// As JSON the properties are named as the worker's serializer has it, by default as here: the official type's attributes are those of
/// another serializer, which has no effect.
/// </remarks>
public class HttpManagementPayload
{
    public string? Id { get; internal set; }

    public string? StatusQueryGetUri { get; internal set; }

    /// <summary>With <c>{eventName}</c> where the event's name goes.</summary>
    public string? SendEventPostUri { get; internal set; }

    /// <summary>With <c>{text}</c> where the reason goes.</summary>
    public string? TerminatePostUri { get; internal set; }

    /// <summary>Always null, as with the official worker.</summary>
    public string? RewindPostUri { get; internal set; }

    public string? PurgeHistoryDeleteUri { get; internal set; }

    /// <summary>Always null, as with the official worker.</summary>
    public string? RestartPostUri { get; internal set; }

    /// <inheritdoc cref="TerminatePostUri"/>
    public string? SuspendPostUri { get; internal set; }

    /// <inheritdoc cref="TerminatePostUri"/>
    public string? ResumePostUri { get; internal set; }
}
