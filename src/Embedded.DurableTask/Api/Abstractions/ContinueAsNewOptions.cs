namespace Microsoft.DurableTask;

/// <summary>Options for starting an orchestration over with a new history.</summary>
public class ContinueAsNewOptions
{
    /// <summary>Input of the next run.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that were received, but not yet consumed, go to the next run. True by default.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>Version of the next run; null keeps the current one.</summary>
    public string? NewVersion { get; set; }
}
