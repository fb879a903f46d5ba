using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Worker;

/// <summary>Options of a worker.</summary>
public class DurableTaskWorkerOptions
{
    private DataConverter? _dataConverter;

    /// <summary>Which versions of orchestrations a worker runs.</summary>
    public enum VersionMatchStrategy
    {
        /// <summary>All of them.</summary>
        None = 0,

        /// <summary>The version of the worker only.</summary>
        Strict = 1,

        /// <summary>The version of the worker and all lower ones.</summary>
        CurrentOrOlder = 2,
    }

    /// <summary>What becomes of an orchestration whose version does not match.</summary>
    public enum VersionFailureStrategy
    {
        /// <summary>It is left to other workers.</summary>
        Reject = 0,

        /// <summary>It fails.</summary>
        Fail = 1,
    }

    /// <summary>Converter of all payloads. Setting null restores the default, also towards a converter from the services.</summary>
    [AllowNull]
    public DataConverter DataConverter
    {
        get => _dataConverter ?? JsonDataConverter.Default;
        set => _dataConverter = value;
    }

    /// <summary>Whether entities may be used, which reserves instance IDs that begin with '@'.</summary>
    public bool EnableEntitySupport { get; set; }

    /// <summary>Longest single timer; longer ones are made up of several.</summary>
    public TimeSpan MaximumTimerInterval { get; set; } = TimeSpan.FromDays(3);

    public ConcurrencyOptions Concurrency { get; } = new();

    /// <summary>Versions to run; null for all.</summary>
    public VersioningOptions? Versioning { get; set; }

    /// <summary>Whether <see cref="DurableTaskWorkerBuilderExtensions.UseVersioning"/> was called.</summary>
    public bool IsVersioningSet { get; internal set; }

    /// <summary>Decides which orchestrations are run.</summary>
    [Obsolete("Experimental")]
    public IOrchestrationFilter? OrchestrationFilter { get; set; }

    public LoggingOptions Logging { get; } = new();

    internal bool DataConverterExplicitlySet => _dataConverter is not null;

    /// <summary>Copies these options to more specific ones.</summary>
    internal void ApplyTo(DurableTaskWorkerOptions other)
    {
        other.DataConverter = DataConverter;
        other.EnableEntitySupport = EnableEntitySupport;
        other.MaximumTimerInterval = MaximumTimerInterval;
        other.Versioning = Versioning;
        other.IsVersioningSet = IsVersioningSet;
#pragma warning disable CS0618 // Obsolete as a sign that it is experimental.
        other.OrchestrationFilter = OrchestrationFilter;
#pragma warning restore CS0618
        other.Logging.UseLegacyCategories = Logging.UseLegacyCategories;
        Concurrency.ApplyTo(other.Concurrency);
    }

    /// <summary>How much a worker does at the same time. By default 100 of each kind for each processor.</summary>
    public class ConcurrencyOptions
    {
        private static readonly int DefaultMaximum = 100 * Environment.ProcessorCount;

        private int? _activities;
        private int? _orchestrations;
        private int? _entities;

        public int MaximumConcurrentActivityWorkItems
        {
            get => _activities ?? DefaultMaximum;
            set => _activities = value;
        }

        public int MaximumConcurrentOrchestrationWorkItems
        {
            get => _orchestrations ?? DefaultMaximum;
            set => _orchestrations = value;
        }

        public int MaximumConcurrentEntityWorkItems
        {
            get => _entities ?? DefaultMaximum;
            set => _entities = value;
        }

        /// <summary>Copies the values which were set; others stay as they are there.</summary>
        internal void ApplyTo(ConcurrencyOptions other)
        {
            other._activities = _activities ?? other._activities;
            other._orchestrations = _orchestrations ?? other._orchestrations;
            other._entities = _entities ?? other._entities;
        }
    }

    /// <summary>Versions of a worker.</summary>
    public class VersioningOptions
    {
        /// <summary>Version of the worker, with which those of orchestrations are compared.</summary>
        public string Version { get; set; } = string.Empty;

        /// <summary>Version of sub-orchestrations which are called without one.</summary>
        public string DefaultVersion { get; set; } = string.Empty;

        public VersionMatchStrategy MatchStrategy { get; set; } = VersionMatchStrategy.None;

        public VersionFailureStrategy FailureStrategy { get; set; } = VersionFailureStrategy.Reject;
    }

    /// <summary>Logging of a worker.</summary>
    public class LoggingOptions
    {
        /// <summary>Whether log entries are written to the former categories too. True by default.</summary>
        public bool UseLegacyCategories { get; set; } = true;
    }
}
