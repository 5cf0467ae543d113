package index

// rerankWeights are what the second stage adds for each feature.
var rerankWeights = [features]float64{}
