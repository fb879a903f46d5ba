using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Gives a function the client of the task hub.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The task hub; null for the one of the app.</summary>
    public string? TaskHub { get; set; }

    /// <summary>Name of the setting with the storage's connection string. The embedded host has no use for it.</summary>
    public string? ConnectionName { get; set; }
}
