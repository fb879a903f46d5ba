namespace Microsoft.DurableTask.Client;

/// <summary>Options of a termination.</summary>
/// <param name="Output">Output of the terminated orchestration.</param>
/// <param name="Recursive">Whether sub-orchestrations are terminated too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
